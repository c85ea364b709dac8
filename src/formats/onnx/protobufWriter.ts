/** A protocol-buffer message under way: chunks of bytes that are joined once, so big tensors are copied once. */
export interface Message {
  chunks: Uint8Array[];
  byteLength: number;
}

/** Starts an empty message. */
export function createMessage(): Message {
  return { chunks: [], byteLength: 0 };
}

/**
 * Appends a varint field (int32, int64, enum).
 *
 * @param message - Where it goes.
 * @param field - Field number.
 * @param value - A whole number; negative ones take ten bytes, as the wire format has it.
 */
export function appendVarint(message: Message, field: number, value: number): void {
  append(message, [...varint(field * 8), ...varint(value)]);
}

/**
 * Appends a 32-bit float field.
 *
 * @param message - Where it goes.
 * @param field - Field number.
 * @param value - The number.
 */
export function appendFloat(message: Message, field: number, value: number): void {
  append(message, [...varint(field * 8 + 5), ...new Uint8Array(Float32Array.of(value).buffer)]);
}

/**
 * Appends bytes, a UTF-8 string or an embedded message.
 *
 * @param message - Where it goes.
 * @param field - Field number.
 * @param value - The content.
 */
export function appendBytes(message: Message, field: number, value: Uint8Array | string | Message): void {
  const content = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  append(message, [...varint(field * 8 + 2), ...varint(content.byteLength)]);
  for (const chunk of content instanceof Uint8Array ? [content] : content.chunks) append(message, chunk);
}

/**
 * Joins a message's chunks.
 *
 * @param message - A finished message.
 * @returns Its bytes on the wire.
 */
export function messageBytes(message: Message): Uint8Array {
  const bytes = new Uint8Array(message.byteLength);
  let offset = 0;
  for (const chunk of message.chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function append(message: Message, bytes: Uint8Array | number[]): void {
  const chunk = bytes instanceof Uint8Array ? bytes : Uint8Array.from(bytes);
  message.chunks.push(chunk);
  message.byteLength += chunk.byteLength;
}

function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}
