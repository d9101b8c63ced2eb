// A server that sends with @segment/analytics-node.
const { Analytics } = require("@segment/analytics-node");
const { key, url } = JSON.parse(process.env.GIVEN);

const analytics = new Analytics({ writeKey: key, host: url, maxRetries: 3 });
const consent = { consent: { categoryPreferences: { marketing: false } } };
analytics.identify({ userId: "u1", traits: { email: "ann@example.com", age: 41 } });
analytics.track({
  userId: "u1",
  event: "Order Completed",
  messageId: "order-1",
  timestamp: new Date("2026-11-20T10:00:00.000Z"),
  properties: { order_id: "1001", total: 12.5, products: [{ product_id: "p1" }] },
  context: consent,
  integrations: { All: false, Braze: true },
});
analytics.page({ anonymousId: "a1", name: "Home", properties: { path: "/" } });
analytics.group({ userId: "u1", groupId: "g1", traits: { plan: "gold" } });
analytics.alias({ userId: "u1", previousId: "a1" });
analytics.on("error", (error) => {
  console.error(error);
  process.exitCode = 1;
});
analytics.closeAndFlush({ timeout: 20000 });
