/** A record's bytes as they are written: padded, and signed where there is a recorder's key. */
import type { ProvenanceRecord } from '../core/model/record';
import { padRecord } from '../core/sidecar/padRecord';
import { encodeRecord } from '../core/sidecar/recordFormat';
import { nodeHash } from './hash';
import type { RecordSigner } from './recorderFile';

/** The same record gives the same bytes. `isFolding`: whether the commit that it goes into folds others. */
export function recordBytes(record: ProvenanceRecord, signer: RecordSigner | undefined, isFolding = false): string {
  const bytes = encodeRecord(record);
  const sign = signer?.sign ?? ((unsigned: string): string => unsigned);
  const signed = sign(bytes);
  return sign(padRecord({ bytes, size: signed.length, digest: nodeHash.sha256(`${signed}${isFolding}`), isFolding }));
}
