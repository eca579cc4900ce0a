import { hasProvedTwoFactors } from "@/lib/auth/two-factor.queries";
import { AppError } from "@/lib/errors";
import { setTwoFactorDemand } from "@/lib/organizations/organizations.store";
import type { TeamScope } from "@/lib/scope";

/**
 * Sets, with immediate effect, whether the organization's projects require log-ins that proved two factors. Throws
 * `conflict` for members whose own log-in has not: they would lock themselves out.
 */
export async function demandTwoFactor(team: TeamScope, logInId: string, isOn: boolean): Promise<void> {
  if (isOn && !(await hasProvedTwoFactors(logInId)))
    throw new AppError("conflict", "Log in with two factors yourself before you require them.");
  await setTwoFactorDemand(team, isOn);
}
