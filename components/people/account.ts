/** URL of an account's page. */
export const accountHref = (projectId: string, id: string): string =>
  `/${projectId}/accounts/${encodeURIComponent(id)}`;

/** The people of an account, as a list; see lib/segments/url for the filter. */
export const accountPeopleHref = (projectId: string, id: string): string => `${accountHref(projectId, id)}/people`;
