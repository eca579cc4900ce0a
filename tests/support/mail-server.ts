import { once } from "node:events";
import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

export type ReceivedMail = { to: string; from: string; subject: string; text: string; messageId: string };

/**
 * A real SMTP server that stores what it receives. `answer`: its response to the next mails; undefined: it accepts
 * them.
 */
export async function mailServer() {
  const received: ReceivedMail[] = [];
  const state: { answer?: { code: number; message: string } } = {};
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: ({ password }, _session, done) =>
      password === "right" ? done(null, { user: "u" }) : done(new Error("Invalid credentials")),
    onRcptTo: (_address, _session, done) => {
      if (!state.answer) return done();
      done(Object.assign(new Error(state.answer.message), { responseCode: state.answer.code }));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const mail = await PostalMime.parse(Buffer.concat(chunks));
        received.push({
          to: session.envelope.rcptTo.map(({ address }) => address).join(),
          from: mail.from?.address ?? "",
          subject: mail.subject ?? "",
          text: mail.text ?? "",
          messageId: mail.messageId ?? "",
        });
        done();
      });
    },
  });
  server.on("error", () => {}); // a client that goes away
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    url: (login = "") => `smtp://${login}127.0.0.1:${port}`,
    received,
    state,
    stop: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}
