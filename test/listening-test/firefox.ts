import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, firefox } from 'playwright-core';

const firefoxPath = [process.env['FIREFOX_PATH'], '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(
  (path) => path !== undefined && existsSync(path),
);
const soundServer = '/usr/bin/pulseaudio';

/** Why tests do not run in Firefox, or false. Without a sound server it plays nothing, not even silently. */
export const skipFirefox =
  firefoxPath && existsSync(soundServer)
    ? false
    : 'no Firefox with a sound server: install pulseaudio and set FIREFOX_PATH to run the tests in it';

if (skipFirefox) process.stderr.write(`skipped: ${skipFirefox}\n`);

/** The system's Firefox with the autoplay gate on, through a proxy that answers what it does not know of Playwright. */
export async function launchFirefox(): Promise<Browser> {
  const sound = await startSoundServer();
  const browser = await firefox.launch({
    executablePath: join(import.meta.dirname, 'firefoxProxy.mjs'),
    channel: 'moz-firefox',
    env: { ...process.env, FIREFOX_PATH: firefoxPath!, PULSE_SERVER: sound.address },
    firefoxUserPrefs: { 'media.autoplay.default': 1, 'media.autoplay.blocking_policy': 0 },
  });
  browser.on('disconnected', sound.stop);
  return browser;
}

/** A sound server of its own with a sink that swallows everything in real time. */
async function startSoundServer(): Promise<{ address: string; stop: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'metamer-sound-'));
  const socket = join(folder, 'native');
  const modules = [`module-native-protocol-unix auth-anonymous=1 socket=${socket}`, 'module-null-sink'];
  const server = spawn(
    soundServer,
    ['-n', '--daemonize=no', '--exit-idle-time=-1', ...modules.map((name) => `--load=${name}`)],
    { stdio: 'ignore', env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder } },
  );
  while (!existsSync(socket) && server.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    address: `unix:${socket}`,
    stop() {
      server.once('exit', () => rmSync(folder, { recursive: true, force: true }));
      server.kill();
    },
  };
}
