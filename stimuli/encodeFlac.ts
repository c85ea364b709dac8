import libflac from 'libflacjs';

/** Samples handed to the encoder at once: its memory is small. */
const chunkSamples = 65536;
const compressionLevel = 5;
/** Where STREAMINFO keeps the frame sizes and the MD5 of the sound, bytes from the stream's beginning. */
const streamInfo = { frameSizes: 12, md5: 26 } as const;

/**
 * Encodes a mono sound as FLAC, without loss.
 *
 * @param sound - Samples of 16 bits.
 * @param sampleRateHz - Their rate.
 * @returns The file's bytes; the same for the same sound.
 * @throws Error when the encoder fails.
 * @see RFC 9639, section 8.2 for STREAMINFO, which is completed when all is encoded.
 */
export async function encodeFlac(sound: Int16Array, sampleRateHz: number): Promise<Buffer> {
  // The plain JavaScript build: the WebAssembly build of this library does not start in Node 18 and later.
  const flac = libflac('release');
  if (!flac.isReady()) await new Promise<void>((resolve) => flac.on('ready', () => resolve()));
  const encoder = flac.create_libflac_encoder(sampleRateHz, 1, 16, compressionLevel, sound.length, false, 0);
  const parts: Uint8Array[] = [];
  let end: { min_framesize: number; max_framesize: number; md5sum: string } | undefined;
  const status = flac.init_encoder_stream(
    encoder,
    (bytes) => {
      parts.push(bytes.slice());
    },
    (metadata) => {
      end = metadata as typeof end;
    },
  );
  try {
    if (encoder === 0 || status !== 0) throw new Error(`FLAC encoder: cannot begin, status ${status}`);
    for (let start = 0; start < sound.length; start += chunkSamples) {
      const chunk = Int32Array.from(sound.subarray(start, start + chunkSamples));
      if (!flac.FLAC__stream_encoder_process_interleaved(encoder, chunk, chunk.length))
        throw new Error(`FLAC encoder: cannot go on after ${start} samples`);
    }
    if (!flac.FLAC__stream_encoder_finish(encoder) || !end) throw new Error('FLAC encoder: cannot finish');
  } finally {
    flac.FLAC__stream_encoder_delete(encoder);
  }
  const file = Buffer.concat(parts);
  file.writeUIntBE(end.min_framesize, streamInfo.frameSizes, 3);
  file.writeUIntBE(end.max_framesize, streamInfo.frameSizes + 3, 3);
  file.write(end.md5sum, streamInfo.md5, 'hex');
  return file;
}
