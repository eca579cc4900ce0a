export const secondFactorText = (isOn: boolean): string =>
  isOn
    ? "On: logging in also requires a code from your phone, whichever way you log in."
    : "A code from your phone in addition to the password or a linked log-in.";
