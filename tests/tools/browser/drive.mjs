// Shows run cards in a browser, each in a host of its own, against a real server, and prints what was seen as JSON.
// usage: node drive.mjs MCP_ADDRESS BROWSER < scenes.json
// A scene: {name, tool, arguments | result, click, until, opens, capabilities, context, hear, refuses, width, height, shot}.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { build } from "esbuild";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [address, browserPath] = process.argv.slice(2);
const CARD = "ui://limner/run-card.html";
const PATIENCE_MS = 60_000;
// What a host must use for a page that declares no domains (MCP Apps 2026-01-26, "Host Behavior").
const POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; media-src 'self' data:; connect-src 'none'";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const client = new Client({ name: "test-host", version: "0" }, { versionNegotiation: { mode: "auto" } });
await client.connect(new StreamableHTTPClientTransport(new URL(address)));
const card = (await client.readResource({ uri: CARD })).contents[0];
const bundled = await build({ entryPoints: ["host.mjs"], bundle: true, write: false, format: "iife" });
const host = `<!doctype html><link rel="icon" href="data:,"><style>body{margin:0}iframe{display:block;border:0;width:100%;height:120px}</style>
<iframe sandbox="allow-scripts"></iframe><script src="/host.js"></script>`;
const pages = {
  "http://host.test/": { contentType: "text/html", body: host },
  "http://host.test/host.js": { contentType: "text/javascript", body: bundled.outputFiles[0].text },
  "http://card.test/": { contentType: "text/html; charset=utf-8", body: card.text, headers: { "content-security-policy": POLICY } },
};

async function play(browser, scene) {
  const facts = { name: scene.name, failure: null, calls: [], errors: [], requests: [] };
  try {
    await perform(browser, scene, facts);
  } catch (error) {
    facts.failure = String(error);
  }
  return facts;
}

async function perform(browser, scene, facts) {
  const context = await browser.newContext({
    viewport: { width: scene.width ?? 640, height: scene.height ?? 900 },
    deviceScaleFactor: scene.shot ? 2 : 1,
  });
  const page = await context.newPage();
  page.on("console", (line) => ["error", "warning"].includes(line.type()) && facts.errors.push(line.text()));
  page.on("pageerror", (error) => facts.errors.push(String(error)));
  await page.route("**/*", (route) => {
    const url = route.request().url();
    const isOurs = url in pages && (!url.includes("card.test") || route.request().isNavigationRequest());
    if (!isOurs) facts.requests.push(url);
    return isOurs ? route.fulfill(pages[url]) : route.abort();
  });
  await page.exposeFunction("call_server", async (method, params) => {
    facts.calls.push(params.name ?? method);
    if (scene.refuses) throw new Error("not allowed here");
    return method === "tools/call" ? client.callTool(params) : client.readResource(params);
  });
  await page.addInitScript(watch);
  await page.goto("http://host.test/");
  await page.evaluate((given) => window.open_card(given), {
    capabilities: scene.capabilities ?? { serverTools: {}, serverResources: {}, openLinks: {} },
    context: scene.context ?? { theme: "light" },
    refuses: scene.refuses ?? false,
  });
  const frame = page.frames().find((each) => each.url() === "http://card.test/");
  const call = { name: scene.tool, arguments: scene.arguments };
  await page.evaluate((given) => window.bridge.sendToolInput({ arguments: given ?? {} }), scene.arguments);
  const result = scene.result ?? client.callTool(call);
  const sent = Promise.resolve(result).then((value) => page.evaluate((given) => window.bridge.sendToolResult(given), value));
  if (scene.click) await frame.locator(scene.click).click({ timeout: PATIENCE_MS });
  await frame.locator(scene.until).first().waitFor({ timeout: PATIENCE_MS });
  await sent;
  if (scene.opens) await page.waitForFunction(() => window.seen.opened.length > 0);
  if (scene.hear) {
    await page.evaluate((given) => window.bridge.sendHostContextChange(given), scene.hear);
    await frame.locator(`html[data-theme=${scene.hear.theme}]`).waitFor();
  }
  await frame.locator(".frame.waiting").first().waitFor({ state: "detached", timeout: PATIENCE_MS });
  Object.assign(facts, await frame.evaluate(look), await page.evaluate(() => window.seen));
  if (scene.shot) {
    await frame.evaluate(() => Promise.all(document.getAnimations().map((each) => each.effect.getComputedTiming().iterations === 1 && each.finished)));
    await page.waitForFunction(() => document.querySelector("iframe").offsetHeight === window.seen.heights.at(-1));
    await page.locator("iframe").screenshot({ path: scene.shot });
  }
  await context.close();
}

// In the card's frame, before its own script: keeps every state that was shown.
function watch() {
  if (location.host !== "card.test") return;
  window.shown = { badges: [], progress: [], live: [] };
  const add = (list, value) => value && value !== list.at(-1) && list.push(value);
  new MutationObserver(() => {
    add(window.shown.badges, document.getElementById("badge")?.textContent);
    add(window.shown.progress, document.getElementById("track")?.getAttribute("aria-valuenow"));
    add(window.shown.live, document.getElementById("live")?.textContent);
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}

function look() {
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    ...window.shown,
    hacked: window.hacked ?? null,
    title: document.getElementById("title").textContent,
    text: document.querySelector("main").innerText,
    said: all(".said").map((each) => each.textContent),
    images: all("main img").map((each) => ({ alt: each.alt, width: each.naturalWidth, scheme: each.src.slice(0, 11) })),
    played: all("main video, main audio").map((each) => each.src.slice(0, 11)),
    links: all("main a").map((each) => each.href),
    buttons: all("main button").filter((each) => each.checkVisibility()).map((each) => each.textContent),
    meters: all("[role=meter]").map((each) => [each.getAttribute("aria-label"), each.getAttribute("aria-valuenow")]),
    alien: all("main script, main iframe, main style, main [onerror], main img:not([src^='data:'])").length,
    scheme: getComputedStyle(document.documentElement).colorScheme,
    overflows: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  };
}

const profile = mkdtempSync(join(tmpdir(), "limner-card-"));
const browser = await chromium.launch({ executablePath: browserPath, args: FLAGS, env: { ...process.env, HOME: profile } });
try {
  const seen = [];
  for (const scene of JSON.parse(readFileSync(0, "utf8"))) seen.push(await play(browser, scene));
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
  await client.close();
  rmSync(profile, { recursive: true, force: true });
}
