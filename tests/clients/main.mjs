// Does the main job through one of the TypeScript SDK's clients and prints what it saw as JSON.
// usage: node main.mjs v1|v2 PYTHON PICTURE
import { pathToFileURL } from "node:url";

const [era, python, picture] = process.argv.slice(2);
const identity = { name: "typescript-test", version: "0" };
const server = { command: python, args: ["-m", "limner"], env: process.env, stderr: "inherit" };

async function connect() {
  if (era === "v1") {
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
    const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
    const client = new Client(identity);
    await client.connect(new StdioClientTransport(server));
    return client;
  }
  const { Client } = await import("@modelcontextprotocol/client");
  const { StdioClientTransport } = await import("@modelcontextprotocol/client/stdio");
  const client = new Client(identity, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StdioClientTransport(server));
  return client;
}

const client = await connect();
const call = (name, args, options) =>
  era === "v1"
    ? client.callTool({ name, arguments: args }, undefined, options)
    : client.callTool({ name, arguments: args }, options);

const seen = { progress: [] };
seen.version = client.getNegotiatedProtocolVersion?.() ?? null;
seen.tools = (await client.listTools()).tools.map((tool) => tool.name);
const palette = {
  technique_id: "tech_palette-pull",
  inputs: { image: picture },
  idempotency_key: "typescript",
  wait_seconds: 40,
};
seen.run = await call("start_run", palette, { onprogress: (progress) => seen.progress.push(progress) });
seen.replay = await call("start_run", palette);
const runId = seen.run.structuredContent.run_id;
const link = seen.run.content.find((block) => block.type === "resource_link");
seen.resource = (await client.readResource({ uri: link.uri })).contents.map((each) => each.mimeType);
seen.view = (await call("view_output", { run_id: runId })).content.map((block) => block.type);
seen.fileAddress = await call("start_run", {
  ...palette,
  inputs: { image: pathToFileURL(picture).href },
});
seen.wrong = await call("start_run", { technique_id: "tech_palette-pull", inputs: { image: picture, colors: 99 } });
seen.unknown = await call("paint", {}).then(
  () => null,
  (error) => ({ code: error.code, message: error.message }),
);
await client.close();
console.log(JSON.stringify(seen));
