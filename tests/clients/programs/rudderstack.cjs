// A server that sends with @rudderstack/rudder-sdk-node: gzip, many in a batch.
const Analytics = require("@rudderstack/rudder-sdk-node");
const { key, url } = JSON.parse(process.env.GIVEN);

const analytics = new Analytics(key, { dataPlaneUrl: url, flushAt: 20, logLevel: "error" });
analytics.identify({ userId: "u1", traits: { email: "ann@example.com" }, messageId: "m-identify" });
analytics.track({
  userId: "u1",
  event: "Product Added",
  messageId: "m-track",
  properties: { product_id: "p1", price: 5 },
});
analytics.page({ anonymousId: "a1", name: "Home", properties: { path: "/" }, messageId: "m-page" });
analytics.group({ userId: "u1", groupId: "g1", traits: { plan: "gold" }, messageId: "m-group" });
analytics
  .flush()
  .then(() => process.exit(0))
  .catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
