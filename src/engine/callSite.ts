/** File and line outside TensorFlow.js and the engine that called the current op, for messages. */
export function callSite(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  const outside = frames.find(
    (frame) => !/node_modules|tfjs-core|node:|[\\/]src[\\/]engine[\\/]/.test(frame),
  );
  return (outside ?? frames[0] ?? 'an unknown place')
    .trim()
    .replace(/^at /, '')
    .replace(/file:\/\//, '');
}
