import { memberByEmail } from "@/lib/auth/members.queries";
import { setPassword, signUp } from "@/lib/auth/members.store";
import { removeSecondFactor } from "@/lib/auth/second-factor.store";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { settingValues } from "@/lib/projects/projects.queries";
import { type ClientKeys, createClient, createProject } from "@/lib/projects/projects.store";
import { CLIENT_MODES, type ClientMode } from "@/lib/projects/schemas";
import type { SettingKey, SettingValues } from "@/lib/projects/setting-list";
import { rotateIdentifySecret, updateProjectFromText } from "@/lib/projects/settings.store";
import { grantScope, type Scope } from "@/lib/scope";
import { allProjects, type ListedProject } from "./admin.queries";

/** Anyone who can run commands on the machine can read the database, so the operator needs no membership. */
const operatorScope = (projectId: string): Scope<"manage"> => grantScope(projectId, "system:admin");

export type ProvisionedProject = {
  projectId: string;
  write: ClientKeys;
  read: ClientKeys;
  root: ClientKeys;
};

export type ProvisionOptions = {
  email: string;
  /** Password of a new member; an existing member keeps theirs. */
  password?: string;
  project: string;
  /** Name of a new member; absent: the part before the @. */
  name?: string;
  domain?: string;
};

/**
 * Creates a project with a client of each mode, and the member if the e-mail is new. An existing member gets one
 * more project in their organization, even if one has the same name: names are not keys. `note` says what
 * was ignored. Throws AppError with a message for the operator.
 */
export async function provision(options: ProvisionOptions, note: (text: string) => void): Promise<ProvisionedProject> {
  const { projectId, write } = await makeProject(options, note).catch((error: unknown) => {
    // A concurrent call created the member.
    if (error instanceof AppError && error.code === "conflict") return makeProject(options, note);
    throw error;
  });
  const scope = operatorScope(projectId);
  const read = await createClient(scope, { name: "Read API", mode: "read" });
  const root = await createClient(scope, { name: "Root", mode: "root" });
  return { projectId, write, read, root };
}

async function makeProject(
  { email, password, project, name, domain }: ProvisionOptions,
  note: (text: string) => void,
): Promise<{ projectId: string; write: ClientKeys }> {
  const member = await memberByEmail(email);
  if (member && password !== undefined) note(`${member.email} has an account already: --password is ignored.`);
  if (!member && password === undefined) {
    throw new AppError("unprocessable", `Nobody has signed up as ${email} yet: give --password to create the account.`);
  }
  if (member) return createProject(member.id, { name: project, domain });
  return signUp({
    email,
    password: password ?? "",
    name: name ?? (email.split("@")[0] || email),
    projectName: project,
    domain,
  });
}

/** Creates a key for a project, named by id or by unique name. */
export async function addClient(
  project: string,
  mode: string,
  name?: string,
): Promise<ClientKeys & { projectId: string }> {
  if (!CLIENT_MODES.includes(mode as ClientMode)) {
    throw new AppError("unprocessable", `--mode is ${CLIENT_MODES.join(", ")}; "${mode}" is none of them.`);
  }
  const { id } = await findProject(project);
  const keys = await createClient(operatorScope(id), {
    name: name ?? `Created by admin: ${mode}`,
    mode: mode as ClientMode,
  });
  return { projectId: id, ...keys };
}

/** All settings of a project, named by id or by unique name. */
export const showProject = async (project: string): Promise<SettingValues> =>
  settingValues(operatorScope((await findProject(project)).id));

/** Changes settings from text; throws `unprocessable` naming the setting. Returns all settings. */
export async function changeProject(project: string, texts: { [K in SettingKey]?: string }): Promise<SettingValues> {
  const scope = operatorScope((await findProject(project)).id);
  await updateProjectFromText(scope, texts);
  return settingValues(scope);
}

export const newIdentifySecret = async (project: string): Promise<string> =>
  rotateIdentifySecret(operatorScope((await findProject(project)).id));

async function findProject(idOrName: string): Promise<ListedProject> {
  const projects = await allProjects();
  const found = projects.filter(({ id, name }) =>
    isUuid(idOrName) ? id === idOrName.toLowerCase() : name === idOrName,
  );
  if (found.length > 1)
    throw new AppError("conflict", `${found.length} projects are named "${idOrName}": give the id.`);
  if (!found[0]) throw new AppError("not_found", `There is no project "${idOrName}". list-projects shows all.`);
  return found[0];
}

export const resetPassword = setPassword;

/** Throws `not_found` for an unknown address. */
export async function resetSecondFactor(email: string): Promise<void> {
  const member = await memberByEmail(email);
  if (!member) throw new AppError("not_found", "Nobody has signed up with this e-mail address.");
  await removeSecondFactor(member.id, new Date());
}
