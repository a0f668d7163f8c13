/** Bits, the highest first, into memory that grows as it is needed. */
export class BitWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  #pending = 0;
  #pendingBits = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Whole bytes so far. */
  get position(): number {
    return this.#length;
  }

  /** The lowest `bits` bits of `value`; 0 to 32. */
  write(value: number, bits: number): void {
    if (bits > 24) {
      this.write(value >>> 24, bits - 24);
      return this.write(value, 24);
    }
    let pending = (this.#pending << bits) | (value & ((1 << bits) - 1));
    let left = this.#pendingBits + bits;
    while (left >= 8) {
      left -= 8;
      this.#push(pending >>> left);
    }
    // What went out is cut off, so that it cannot be pushed out at the top.
    pending &= (1 << left) - 1;
    this.#pending = pending;
    this.#pendingBits = left;
  }

  /** So many zeros, and a one. */
  writeUnary(zeros: number): void {
    let rest = zeros;
    for (; rest >= 24; rest -= 24) this.write(0, 24);
    this.write(1, rest + 1);
  }

  /** The code of Golomb and Rice: the quotient of `value` and 2 to the power of `parameter` in unary, then the rest. */
  writeRice(value: number, parameter: number): void {
    const quotient = value >>> parameter;
    const bits = quotient + 1 + parameter;
    if (bits <= 24) return this.write((1 << parameter) | (value & ((1 << parameter) - 1)), bits);
    this.writeUnary(quotient);
    this.write(value, parameter);
  }

  align(): void {
    if (this.#pendingBits > 0) this.write(0, 8 - this.#pendingBits);
  }

  /** From the byte `start` on; to be read before the next write. */
  view(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#length);
  }

  /** In memory of their own; begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }
}

/** RFC 9639, 9.1.8. */
const CRC8 = crcTable(8, 0x07);
/** RFC 9639, 9.3. */
const CRC16 = crcTable(16, 0x8005);

function crcTable(width: number, polynomial: number): Uint16Array {
  const top = 1 << (width - 1);
  const mask = 2 ** width - 1;
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & top ? polynomial : 0)) & mask;
    return crc;
  });
}

/** Of a frame's header. */
export function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < bytes.length; i++) crc = CRC8[crc ^ bytes[i]!]!;
  return crc;
}

/** Of a whole frame. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < bytes.length; i++) crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >> 8) ^ bytes[i]!]!;
  return crc;
}
