// SPDX-License-Identifier: Apache-2.0
// A browser's phone without a browser: SIP.js on Node, WebSocket by `ws`, a session description that no media follow.
// node sipjs_phone.mjs MODULES SERVER USER CALLEE: registers, calls, talks for half a second, hangs up, unregisters.
// MODULES is the folder that `npm install sip.js ws` made there.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, server, user, callee] = process.argv.slice(2);
const require = createRequire(join(modules, "node_modules", "/"));
globalThis.WebSocket = require("ws");
const { Inviter, Registerer, RegistererState, SessionState, UserAgent } = await import(
  pathToFileURL(join(modules, "node_modules", "sip.js", "lib", "index.js"))
);

const host = new URL(server).hostname;
const offer =
  "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" +
  "m=audio 9000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";

const withoutMedia = () => ({
  close() {},
  getDescription: async () => ({ body: offer, contentType: "application/sdp" }),
  hasDescription: () => true,
  rollbackDescription: async () => {},
  setDescription: async () => {},
  sendDtmf: () => false,
});

const becomes = (emitter, wanted, what) =>
  new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`not ${what} in time`)), 10000).unref();
    emitter.addListener((state) => state === wanted && resolve());
  });

const agent = new UserAgent({
  uri: UserAgent.makeURI(`sip:${user}@${host}`),
  transportOptions: { server },
  sessionDescriptionHandlerFactory: withoutMedia,
  logBuiltinEnabled: false,
});
await agent.start();

const registerer = new Registerer(agent);
const registered = becomes(registerer.stateChange, RegistererState.Registered, "registered");
await registerer.register();
await registered;

const call = new Inviter(agent, UserAgent.makeURI(`sip:${callee}@${host}`));
const established = becomes(call.stateChange, SessionState.Established, "answered");
await call.invite();
await established;
await new Promise((resolve) => setTimeout(resolve, 500));
const terminated = becomes(call.stateChange, SessionState.Terminated, "ended");
await call.bye();
await terminated;

const unregistered = becomes(registerer.stateChange, RegistererState.Unregistered, "unregistered");
await registerer.unregister();
await unregistered;
await agent.stop();
console.log("done");
process.exit(0);
