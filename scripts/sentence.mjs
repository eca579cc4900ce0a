/** The reason for a failed start, in one sentence for the operator. */
export function sentence(error) {
  const { code, message, port, address } = error;
  if (code === "EADDRINUSE") {
    return `Port ${port} is in use by another program: stop it, or choose another port, as in \`PORT=${(port ?? 0) + 1} npm start\`.`;
  }
  if (code === "EACCES" && port !== undefined)
    return `Port ${port} needs more rights: choose one above 1023 with PORT.`;
  if (code === "EADDRNOTAVAIL") return `HOST is ${address}, which is no address of this machine.`;
  return message ?? String(error);
}
