/*
 * Sends what visitors of a page do to the collector that served this script.
 *
 *   <script async src="https://events.example.com/p.js" data-write-key="id:secret"></script>
 *
 * data-namespace   name of the tracker on `window`, "jitsu" unless given; its queue is that + "Q"
 * data-init-only   "true": no page event by itself
 * data-debug       "true": says in the console what it sends
 * data-cookie-domain, data-privacy-dont-send, data-privacy-disable-user-ids, data-privacy-ip-policy
 *
 * Calls, with an optional callback as the last argument:
 *   page([name], properties, options)   track(event, properties, options)   reset()   user()
 *   identify([userId], traits, options)   group(groupId, traits, options)
 *   setAnonymousId(id)   configure({privacy: {consentCategories: {marketing: false}}})
 * Written for browsers of 2018 and later: no build step stands between this and the page.
 */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script) return;

  const COOKIE_SECONDS = 5 * 365 * 24 * 60 * 60;
  const RETRY_SECONDS = [1, 4, 15];
  const KEEPALIVE_LENGTH = 30000; // browsers refuse more than 64 kB under way at once
  const COOKIES = {
    anonymousId: "__eventn_id",
    userId: "__eventn_uid",
    traits: "__eventn_id_usr",
    groupId: "__group_id",
    groupTraits: "__group_traits",
  };

  const attribute = (name) => script.getAttribute(`data-${name}`);
  const isTrue = (name) => ["true", "1", "yes"].includes(attribute(name));
  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const pageUrl = () => location.href.replace(/#.*$/, "");
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const hasValue = (value) => value !== undefined && value !== null && value !== "";

  const { origin: host } = new URL(script.src);
  const writeKey = attribute("write-key") || "";
  const namespace = attribute("namespace") || "jitsu";
  const debug = isTrue("debug");
  let privacy = {
    dontSend: isTrue("privacy-dont-send"),
    disableUserIds: isTrue("privacy-disable-user-ids"),
    ipPolicy: attribute("privacy-ip-policy") || "keep",
  };
  let identity = {}; // what cookies hold, for a page that has none
  const isSandboxed = window.origin === "null"; // there even looking at cookies throws
  let cookieDomain = attribute("cookie-domain");
  const isNobody = () => privacy.dontSend || privacy.disableUserIds;
  const complain = (...what) => console.error("[events]", ...what);

  // --- who: kept in cookies, so that it is the same on the next page and on other subdomains
  const cookies = () => (isSandboxed ? [] : document.cookie.split("; "));

  const readCookie = (name) => {
    const found = cookies().find((pair) => pair.startsWith(`${name}=`));
    return found && found.slice(name.length + 1);
  };

  const writeCookie = (name, value, seconds, domain = placeOfCookies()) => {
    const place = domain ? `;domain=${domain}` : "";
    const rules = location.protocol === "https:" ? "SameSite=None;secure" : "SameSite=Lax";
    const cookie = `${name}=${value};path=/;max-age=${seconds}${place};${rules}`;
    if (!isSandboxed) document.cookie = cookie;
  };

  // The widest domain that the browser takes a cookie for: it knows all public suffixes.
  const placeOfCookies = () => {
    const parts = /^[\d.]+$|:/.test(location.hostname) ? [] : location.hostname.split(".");
    for (let count = 2; cookieDomain === null && count <= parts.length; count++) {
      const domain = parts.slice(-count).join(".");
      writeCookie("__eventn_try", "1", 60, domain);
      if (readCookie("__eventn_try") === "1") cookieDomain = domain;
      writeCookie("__eventn_try", "", 0, domain);
    }
    return (cookieDomain = cookieDomain || "");
  };

  const remember = (what, value) => {
    if (isNobody()) return;
    identity[what] = value;
    const text = isObject(value) ? JSON.stringify(value) : String(value);
    writeCookie(COOKIES[what], encodeURIComponent(text), COOKIE_SECONDS);
  };

  const recall = (what) => {
    let text = readCookie(COOKIES[what]);
    if (text === undefined) return identity[what];
    const isText = !what.toLowerCase().endsWith("traits");
    try {
      text = decodeURIComponent(text);
      return isText ? text : { ...JSON.parse(text) };
    } catch (error) {
      return isText ? text : {}; // another script's, written in its own way
    }
  };

  const forgetAll = () => {
    identity = {};
    Object.values(COOKIES).forEach((name) => writeCookie(name, "", 0));
  };

  const newId = () => {
    if (crypto.randomUUID) return crypto.randomUUID(); // absent without https
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  const anonymousId = () => {
    if (!recall("anonymousId")) remember("anonymousId", newId());
    return recall("anonymousId");
  };

  // --- what: one event with what the page knows about itself
  const campaign = () => {
    const found = {};
    new URLSearchParams(location.search).forEach((value, key) => {
      if (key.startsWith("utm_")) found[key === "utm_campaign" ? "name" : key.slice(4)] = value;
    });
    return found;
  };

  // The ids by which advertising channels know this browser.
  const clientIds = () => {
    const [google, sessionIds] = [readCookie("_ga"), {}];
    const ids = { fbc: readCookie("_fbc"), fbp: readCookie("_fbp") };
    cookies().forEach((pair) => {
      const found = /^_ga_(\w+)=GS\d+\.\d+\.(?:(?:[^$]+\$)*?s)?(\d+)/.exec(pair);
      if (found) sessionIds[found[1]] = found[2];
    });
    if (google || Object.keys(sessionIds).length) {
      ids.ga4 = { clientId: google && google.split(".").slice(-2).join("."), sessionIds };
    }
    return ids;
  };

  const merged = (base, over) => {
    const all = { ...base };
    Object.entries(over || {}).forEach(([key, value]) => {
      all[key] = isObject(all[key]) && isObject(value) ? merged(all[key], value) : value;
    });
    return all;
  };

  const contextOf = (type, properties, options) => {
    const isKnown = !["identify", "group"].includes(type) && !isNobody();
    const traits = { ...recall("groupTraits"), ...recall("traits"), ...options.traits };
    const categoryPreferences = privacy.consentCategories || {};
    const { width, height } = screen;
    const hasConsent = Object.keys(categoryPreferences).length > 0;
    return {
      library: { name: "chord-events", version: "1.0.0", env: "browser" },
      consent: hasConsent ? { categoryPreferences } : undefined,
      userAgent: navigator.userAgent,
      locale: navigator.language,
      screen: { width, height, innerWidth, innerHeight, density: Math.floor(devicePixelRatio) },
      traits: isKnown ? traits : undefined,
      page: {
        path: properties.path || location.pathname,
        referrer: document.referrer,
        referring_domain: document.referrer && new URL(document.referrer).hostname,
        host: location.host,
        search: properties.search || location.search,
        title: properties.title || document.title,
        url: properties.url || pageUrl(),
        encoding: document.characterSet,
      },
      clientIds: isNobody() ? undefined : clientIds(),
      campaign: campaign(),
    };
  };

  const emit = async (type, { properties, ...fields }, options) => {
    if (privacy.dontSend) return;
    const { context: inProperties, ...own } = properties || {};
    const given = isObject(options) ? options : {};
    const event = { type, ...fields, properties: properties && own };
    if (!isNobody()) {
      event.userId = given.userId || recall("userId") || null;
      event.anonymousId = given.anonymousId || anonymousId();
      event.groupId = given.groupId || fields.groupId || recall("groupId");
    }
    if (isObject(given.integrations)) event.integrations = given.integrations;
    event.timestamp = event.sentAt = new Date().toISOString();
    event.messageId = newId();
    event.writeKey = `${writeKey.split(":")[0]}:***`;
    event.context = merged(merged(contextOf(type, own, given), inProperties), given.context);
    // Copied now: the page may change an object that it passed while a retry waits.
    await send(type, JSON.parse(JSON.stringify(event)));
  };

  // A collector that is busy or being restarted gets the same messageId again, and knows it.
  const send = async (type, event) => {
    const headers = { "Content-Type": "application/json", "X-Write-Key": writeKey };
    if (debug) headers["X-Enable-Debug"] = "true";
    if (privacy.ipPolicy !== "keep") headers["X-IP-Policy"] = privacy.ipPolicy;
    let problem = "";
    for (let tries = 0; tries <= RETRY_SECONDS.length; tries++) {
      if (tries) {
        await pause(RETRY_SECONDS[tries - 1] * (750 + Math.random() * 500));
        event.sentAt = new Date().toISOString();
      }
      const body = JSON.stringify(event);
      if (debug) console.log("[events] sends", body);
      const keepalive = body.length < KEEPALIVE_LENGTH; // outlives the page that a click leaves
      const request = { method: "POST", headers, body, keepalive, credentials: "omit" };
      try {
        const answer = await fetch(`${host}/api/s/${type}`, request);
        if (answer.ok) return;
        problem = `status ${answer.status}`;
        if (answer.status !== 429 && answer.status < 500) break;
      } catch (error) {
        problem = error.message;
      }
    }
    complain(`${type} was not taken (${problem}).`);
  };

  // --- the calls
  // A callback may follow any number of arguments. A page never breaks over its events.
  const call = (made) => async (...given) => {
    try {
      await made(...given.filter((argument) => typeof argument !== "function"));
    } catch (error) {
      complain(error);
    }
    given.filter((argument) => typeof argument === "function").forEach((callback) => callback());
  };

  const tracker = {
    page: call((...given) => {
      const name = typeof given[0] === "string" ? given.shift() : undefined;
      const [properties, options] = given;
      const { pathname: path, hash, search } = location;
      const size = { width: innerWidth, height: innerHeight };
      const known = { title: document.title, url: pageUrl(), path, hash, search, ...size, name };
      return emit("page", { name, properties: { ...known, ...properties } }, options);
    }),
    track: call((event, properties, options) => {
      if (!hasValue(event)) throw new Error("track needs the name of an event.");
      return emit("track", { event: String(event), properties: { ...properties } }, options);
    }),
    identify: call((...given) => {
      if (isNobody()) return undefined;
      const userId = isObject(given[0]) ? undefined : given.shift();
      const [traits, options] = given;
      if (hasValue(userId)) {
        const id = String(userId);
        if ((recall("userId") || id) !== id) remember("traits", {}); // another person's
        remember("userId", id);
      }
      const { $doNotSend: isKept, ...said } = traits || {};
      remember("traits", { ...recall("traits"), ...said });
      return isKept ? undefined : emit("identify", { traits: said }, options);
    }),
    group: call((groupId, traits, options) => {
      if (isNobody()) return undefined;
      remember("groupId", String(groupId));
      remember("groupTraits", { ...traits });
      return emit("group", { groupId: String(groupId), traits: { ...traits } }, options);
    }),
    reset: call(() => {
      forgetAll();
      anonymousId();
    }),
    configure: call((changes) => {
      privacy = { ...privacy, ...(changes && changes.privacy) };
      if (isNobody()) forgetAll();
    }),
    setAnonymousId: (id) => remember("anonymousId", String(id)),
    user: () => {
      if (isNobody()) return { id: null, userId: null, traits: {} };
      const id = recall("userId") || null;
      return { id, userId: id, anonymousId: anonymousId(), traits: recall("traits") || {} };
    },
  };

  // --- what was called before this was here
  const run = (waiting) => {
    try {
      if (typeof waiting === "function") waiting(tracker);
      else tracker[waiting[0]](...waiting.slice(1));
    } catch (error) {
      complain("a queued call failed", error);
    }
  };

  if (!/^[^:]+:.+$/.test(writeKey)) complain("data-write-key has to be id:secret.");
  const waiting = window[`${namespace}Q`] || [];
  window[namespace] = tracker;
  window[`${namespace}Q`] = { push: run };
  waiting.forEach(run);
  if (!isTrue("init-only")) tracker.page();
})();
