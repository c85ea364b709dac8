// Part of the build. TensorFlow.js comes with layers, converters, a WebGL backend and 200 MB of source maps, and its core
// cannot be imported with its gradients by Node.js. So what is published has the core, its gradients and the processor's
// kernels built into the one module through which everything here uses it. The state of TensorFlow.js is global: copies
// of it that a program or tfjs-node brings share backends, kernels and tensors with this one.
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  root: here('../..'),
  configFile: false,
  logLevel: 'warn',
  resolve: { alias: [{ find: /^@tensorflow\/tfjs$/, replacement: here('tensorFlowParts.mjs') }] },
  // Node.js has a fetch of its own.
  ssr: { noExternal: true, external: ['node-fetch'] },
  build: {
    ssr: here('tf.ts'),
    outDir: 'dist/src/engine',
    emptyOutDir: false,
    copyPublicDir: false,
    rollupOptions: { output: { entryFileNames: 'tf.js' } },
  },
});
