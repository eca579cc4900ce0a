/** After a sign-up by mail: the same for every address. */
export function MailSent() {
  return (
    <>
      <h1 className="mb-1.5 font-semibold text-xl tracking-tight">Check your e-mail</h1>
      <p className="text-pretty text-muted-foreground text-sm">
        We sent a link to the address you entered. Open it within three days to create your account. If the address has
        an account already, the mail says so.
      </p>
    </>
  );
}
