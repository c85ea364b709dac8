import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { InputError } from '../src/base/inputError.ts';
import {
  type ContainerName,
  containerOf,
  readSoundHeader,
  type SoundHeader,
  wavWithSizes,
} from './soundHeader.ts';

/** A sound as the file holds it: channels at the file's own rate. */
export interface DecodedSound {
  channels: Float32Array[];
  sampleRateHz: number;
}

const containersOfExtension: Readonly<Record<string, ContainerName>> = {
  '.wav': 'wav',
  '.wave': 'wav',
  '.flac': 'flac',
  '.mp3': 'mp3',
  '.ogg': 'ogg',
  '.oga': 'ogg',
  '.opus': 'ogg',
  '.npy': 'npy',
};

/**
 * Decodes a WAV, FLAC, MP3 or OGG (Vorbis, Opus) file at its own rate; the decoders load only when they are called.
 *
 * @param path - The file.
 * @returns Its channels, linear amplitude with full scale 1, and its rate.
 * @throws InputError when the file is missing, empty, of another kind than its name says, damaged or cut off.
 */
export async function decodeSound(path: string): Promise<DecodedSound> {
  return decodeSoundBytes(readSoundBytes(path), path);
}

/**
 * Reads a file's bytes and checks that it is there, not empty, and what its name says.
 *
 * @param path - The file.
 * @returns All bytes.
 * @throws InputError when one of these fails.
 */
export function readSoundBytes(path: string): Uint8Array {
  const bytes = readBytes(path);
  if (bytes.length === 0) throw new InputError(`${path} is empty (0 bytes); give a sound file`);
  const container = containerOf(bytes);
  if (!container)
    throw new InputError(
      `${path} must be a WAV, FLAC, MP3, OGG or .npy sound, its first bytes are none of these; convert it first`,
    );
  const expected = containersOfExtension[extname(path).toLowerCase()];
  if (expected && expected !== container)
    throw new InputError(
      `${path} must hold what its name says (${expected}), it holds ${container}; rename or convert it`,
    );
  return bytes;
}

/**
 * Decodes the bytes of a sound file.
 *
 * @param fileBytes - The whole file: WAV, FLAC, MP3 or OGG.
 * @param path - Its name, for messages.
 * @returns As {@link decodeSound}.
 * @throws InputError as {@link decodeSound}.
 */
export async function decodeSoundBytes(fileBytes: Uint8Array, path: string): Promise<DecodedSound> {
  const container = containerOf(fileBytes);
  const bytes = container === 'wav' ? wavWithSizes(fileBytes) : fileBytes;
  const header = container && container !== 'npy' ? readSoundHeader(bytes, container) : undefined;
  if (!header)
    throw new InputError(`${path} must have a whole ${container} header, it breaks off; get it again`);
  if (header.defect) throw cutOff(path, header.defect);
  const decoded = await decodeChannels(bytes, header).catch(async (error: unknown) => {
    const rare = container === 'wav' ? await decodeRareWav(bytes) : undefined;
    if (rare) return rare;
    const reason =
      error instanceof Error ? error.message.replace(/^.*'decodeAudioData': /, '') : String(error);
    throw new InputError(`${path} cannot be decoded (${reason}); get it again or convert it to WAV`, {
      cause: error,
    });
  });
  return trimmed(decoded, header, path);
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new InputError(`${path} does not exist; check the path`, { cause: error });
    throw new InputError(`${path} cannot be read (${String(code)}); give a readable sound file`, {
      cause: error,
    });
  }
}

async function decodeChannels(bytes: Uint8Array, header: SoundHeader): Promise<DecodedSound> {
  if (header.codec === 'opus') return decodeOpus(bytes);
  const { OfflineAudioContext } = await import('node-web-audio-api');
  // A context at the file's own rate decodes without resampling; resampleSound does that with a known quality.
  const context = new OfflineAudioContext(1, 1, header.sampleRateHz);
  const buffer = await context.decodeAudioData(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
  );
  const channels = Array.from({ length: buffer.numberOfChannels }, (_, index) =>
    buffer.getChannelData(index),
  );
  return { channels, sampleRateHz: buffer.sampleRate };
}

async function decodeOpus(bytes: Uint8Array): Promise<DecodedSound> {
  const { OggOpusDecoder } = await import('ogg-opus-decoder');
  const decoder = new OggOpusDecoder();
  await decoder.ready;
  try {
    const { channelData, errors } = await decoder.decodeFile(bytes);
    if (errors.length > 0) throw new Error(errors[0]!.message);
    return { channels: channelData, sampleRateHz: 48000 };
  } finally {
    decoder.free();
  }
}

/** Flavors of WAV that the other decoder refuses: RIFX, and companded sound with a longer header. */
async function decodeRareWav(bytes: Uint8Array): Promise<DecodedSound | undefined> {
  try {
    const { default: wavefile } = await import('wavefile');
    const wave = new wavefile.WaveFile(bytes);
    if (wave.bitDepth === '8a') wave.fromALaw('16');
    else if (wave.bitDepth === '8m') wave.fromMuLaw('16');
    else if (wave.bitDepth === '4') wave.fromIMAADPCM('16');
    wave.toBitDepth('32f');
    const { numChannels, sampleRate } = wave.fmt as { numChannels: number; sampleRate: number };
    const samples = wave.getSamples(false, Float32Array) as unknown as Float32Array | Float32Array[];
    return {
      channels: numChannels === 1 ? [samples as Float32Array] : (samples as Float32Array[]),
      sampleRateHz: sampleRate,
    };
  } catch {
    return undefined;
  }
}

/** Without the encoder's padding at both ends; a file that holds less than it promises is an error. */
function trimmed(decoded: DecodedSound, header: SoundHeader, path: string): DecodedSound {
  const promised = header.promisedSamples;
  if (promised === undefined) return decoded;
  const there = (decoded.channels[0]?.length ?? 0) - header.leadingSamples;
  // The last block of a lossy codec may lack a little; a lossless file must be whole.
  const missingAllowed = header.container === 'mp3' || header.container === 'ogg' ? 2304 : 0;
  if (there < promised - missingAllowed)
    throw cutOff(path, `it promises ${promised} samples, ${Math.max(0, there)} could be decoded`);
  const end = header.leadingSamples + promised;
  return {
    ...decoded,
    channels: decoded.channels.map((channel) => channel.slice(header.leadingSamples, end)),
  };
}

function cutOff(path: string, reason: string): InputError {
  return new InputError(`${path} must be whole, it is cut off or damaged (${reason}); get it again`);
}
