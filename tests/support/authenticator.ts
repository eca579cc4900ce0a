import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

type Changes = { origin?: string; rpId?: string; verified?: boolean; counter?: number };

const sha256 = (text: string | Buffer): Buffer => createHash("sha256").update(text).digest();
const [PRESENT, VERIFIED, ATTESTED] = [0x01, 0x04, 0x40];

/** A passkey in software (ES256), which answers as a browser would, or with `changes` as none should. */
export function newAuthenticator(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const rawId = randomBytes(32);
  const id = rawId.toString("base64url");
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const coordinate = (text: string) => Buffer.concat([Buffer.from([0x58, 0x20]), Buffer.from(text, "base64url")]);
  // COSE, in CBOR: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
  const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]);
  const cose = Buffer.concat([head, coordinate(x), Buffer.from([0x22]), coordinate(y)]);

  const dataFor = (flags: number, { rpId = new URL(origin).hostname, verified = true, counter = 0 }: Changes) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([flags | PRESENT | (verified ? VERIFIED : 0)]), count]);
  };
  const clientData = (type: string, challenge: string, changes: Changes) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: changes.origin ?? origin, crossOrigin: false }));
  const answer = (response: object) =>
    JSON.stringify({ id, rawId: id, type: "public-key", clientExtensionResults: {}, response });

  return {
    id,
    register(challenge: string, changes: Changes = {}): string {
      const length = Buffer.from([0, rawId.length]);
      const data = Buffer.concat([dataFor(ATTESTED, changes), Buffer.alloc(16), length, rawId, cose]);
      const text = (word: string) => Buffer.concat([Buffer.from([0x60 + word.length]), Buffer.from(word)]);
      // {fmt: "none", attStmt: {}, authData: data}
      const attestation = Buffer.concat([
        ...[Buffer.from([0xa3]), text("fmt"), text("none"), text("attStmt"), Buffer.from([0xa0])],
        ...[text("authData"), Buffer.from([0x58, data.length]), data],
      ]);
      return answer({
        clientDataJSON: clientData("webauthn.create", challenge, changes).toString("base64url"),
        attestationObject: attestation.toString("base64url"),
        transports: ["internal"],
      });
    },
    authenticate(challenge: string, changes: Changes = {}): string {
      const [data, client] = [dataFor(0, changes), clientData("webauthn.get", challenge, changes)];
      const signature = sign("sha256", Buffer.concat([data, sha256(client)]), privateKey);
      return answer({
        clientDataJSON: client.toString("base64url"),
        authenticatorData: data.toString("base64url"),
        signature: signature.toString("base64url"),
      });
    },
  };
}
