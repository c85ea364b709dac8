#!/usr/bin/env node
// Stands between Playwright and a Firefox of the system's. Playwright speaks WebDriver BiDi to it and asks for commands
// that released versions of Firefox do not know; these are answered here, all others are passed on.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { WebSocket, WebSocketServer } from 'ws';

const unknownToFirefox = new Set([
  'emulation.setMediaFeaturesOverride',
  'emulation.setScrollbarTypeOverride',
]);

const firefox = spawn(process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr', process.argv.slice(2), {
  stdio: ['ignore', 'inherit', 'pipe'],
});
firefox.on('exit', (code) => process.exit(code ?? 1));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => firefox.kill(signal));

for await (const line of createInterface({ input: firefox.stderr })) {
  const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(line)?.[1];
  if (address) listen(`${address}/session`);
  else process.stderr.write(`${line}\n`);
}

/** Opens a port of its own, and says so in the words Playwright waits for. */
function listen(address) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' }, () => {
    process.stderr.write(`WebDriver BiDi listening on ws://127.0.0.1:${server.address().port}\n`);
  });
  server.on('connection', (client) => {
    const browser = new WebSocket(address, { perMessageDeflate: false });
    const opened = new Promise((resolve) => browser.once('open', resolve));
    client.on('message', async (data) => {
      const { id, method } = JSON.parse(String(data));
      await opened;
      if (unknownToFirefox.has(method)) client.send(JSON.stringify({ type: 'success', id, result: {} }));
      else browser.send(String(data));
    });
    browser.on('message', (data) => client.send(String(data)));
    client.on('close', () => browser.close());
    browser.on('close', () => client.close());
  });
}
