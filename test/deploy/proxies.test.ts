import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createStudyServer } from '../../listening-test/server/createStudyServer.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { freePort } from '../freePort.ts';
import { buildPages, launchChromium, openPage, skipBrowser } from '../listening-test/chromium.ts';
import { joinStudy, runTo } from '../listening-test/client.ts';
import { makeStudy, temporaryFolder } from '../listening-test/makeStudy.ts';

const password = 'correct horse battery';
const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find(existsSync);
const caddy = ['/usr/bin/caddy', '/usr/local/bin/caddy'].find(existsSync);

let browser: Browser;
let pagesFolder: string;
beforeAll(async () => {
  pagesFolder = await buildPages(mkdtempSync(join(tmpdir(), 'metamer-pages-')));
  if (!skipBrowser) browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(pagesFolder, { recursive: true, force: true });
});

/** Two studies, each a server of its own, and a proxy that puts them below two paths of one host. */
async function behind(start: (ports: { front: number; a: number; b: number }) => ChildProcess) {
  const servers = await Promise.all(
    [1, 2].map(async () => {
      const { folder } = await makeStudy({
        folder: temporaryFolder(),
        config: { screening: { headphones: 'off' } as never },
      });
      return createStudyServer(folder, { port: 0, proxies: 1, password, pagesFolder });
    }),
  );
  const [a, b] = servers.map(({ url }) => Number(new URL(url).port)) as [number, number];
  const front = await freePort();
  const proxy = start({ front, a, b });
  onTestFinished(async () => {
    const ended = new Promise((resolve) => proxy.once('exit', resolve));
    proxy.kill('SIGTERM');
    await ended;
    for (const server of servers) await server.close();
  });
  const base = `http://127.0.0.1:${front}`;
  await answering(`${base}/study-a/health`);
  return base;
}

/** nginx with the locations of the example, without its certificate. */
function startNginx({ front, a, b }: { front: number; a: number; b: number }): ChildProcess {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'logs'));
  const [example] = readFileSync(packagePath('deploy/nginx.conf'), 'utf8').split(
    /^server \{\n {4}listen 80/m,
  );
  const server = example!
    .replace('listen 443 ssl;', `listen 127.0.0.1:${front};`)
    .replace(/^ {4}ssl_.*\n/gm, '')
    .replaceAll('127.0.0.1:8081', `127.0.0.1:${a}`)
    .replaceAll('127.0.0.1:8082', `127.0.0.1:${b}`);
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n');
  const text = `daemon off;\npid ${folder}/pid;\nerror_log stderr;\nevents {}\nhttp {\n${places}\n${server}\n}\n`;
  writeFileSync(join(folder, 'nginx.conf'), text);
  return spawn(nginx!, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
}

/** Caddy with the blocks that its example shows for servers below a path. */
function startCaddy({ front, a, b }: { front: number; a: number; b: number }): ChildProcess {
  const folder = temporaryFolder();
  const example = readFileSync(packagePath('deploy/Caddyfile'), 'utf8');
  const block = example
    .split('\n')
    .filter((line) => line.startsWith('#\t'))
    .map((line) => line.slice(1))
    .join('\n')
    .replaceAll('127.0.0.1:8081', `127.0.0.1:${a}`);
  const second = block.replaceAll('study-a', 'study-b').replaceAll(`127.0.0.1:${a}`, `127.0.0.1:${b}`);
  const metrics = /^\t@metrics[^}]*\}$/m.exec(example)![0];
  const text = `{\n\tadmin off\n}\nhttp://127.0.0.1:${front} {\n${metrics}\n${block}\n${second}\n}\n`;
  writeFileSync(join(folder, 'Caddyfile'), text);
  const environment = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const words = ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'];
  return spawn(caddy!, words, { stdio: 'ignore', env: environment });
}

describe.each([
  ['nginx', nginx, startNginx],
  ['Caddy', caddy, startCaddy],
] as const)('behind %s, below a path', (name, program, start) => {
  const skip = program === undefined || skipBrowser !== false;
  if (program === undefined) process.stderr.write(`skipped: no ${name}: install it to run its example\n`);

  test.skipIf(skip)(
    'participants take part, and experimenters of two studies do not log each other out',
    async () => {
      const base = await behind(start);
      const participant = await joinStudy(`${base}/study-a`);
      await runTo(`${base}/study-a`, participant, null);
      expect(participant.state.state).toBe('complete');
      expect((await fetch(`${base}/study-a/metrics`)).status).toBe(404);
      const bare = await fetch(`${base}/study-b?PROLIFIC_PID=x`, { redirect: 'manual' });
      expect(bare.headers.get('location')).toMatch(/\/study-b\/(\?PROLIFIC_PID=x)?$/);

      const { page, problems } = await openPage(browser, `${base}/study-a/`);
      await page.getByRole('button', { name: 'I agree and want to take part' }).waitFor();
      const desks = [];
      for (const path of ['study-a', 'study-b']) {
        const desk = await page.context().newPage();
        desk.setDefaultTimeout(60_000);
        await desk.goto(`${base}/${path}/experimenter`);
        await desk.getByLabel('Password').fill(password);
        await desk.getByRole('button', { name: 'Log in' }).click();
        await desk.getByText('The study is open.').waitFor();
        desks.push(desk);
      }
      for (const desk of desks) {
        await desk.reload();
        await desk.getByText('The study is open.').waitFor();
      }
      expect(problems).toEqual([]);
    },
  );
});

/** Waits until the proxy is up; the test's own limit ends it. */
async function answering(url: string): Promise<void> {
  for (;;) {
    const isThere = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
