// The page of a host with MCP Apps: the SDK's own bridge on this side of the frame; the driver answers behind it.
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

window.open_card = async ({ capabilities, context, refuses }) => {
  const frame = document.querySelector("iframe");
  const seen = (window.seen = { heights: [], opened: [], warnings: [] });
  const bridge = new AppBridge(null, { name: "test-host", version: "0" }, capabilities, { hostContext: context });
  bridge.oncalltool = (params) => window.call_server("tools/call", params);
  bridge.onreadresource = (params) => window.call_server("resources/read", params);
  bridge.onopenlink = async ({ url }) => {
    seen.opened.push(url);
    return refuses ? { isError: true } : {};
  };
  bridge.onerror = (error) => seen.warnings.push(String(error));
  bridge.addEventListener("sizechange", ({ height }) => {
    seen.heights.push(height);
    frame.style.height = `${height}px`;
  });
  const isReady = new Promise((resolve) => bridge.addEventListener("initialized", resolve));
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.src = "http://card.test/";
  await isReady;
  window.bridge = bridge;
};
