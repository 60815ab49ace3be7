// Who speaks. Identity is the triple from a verified session; a display name gives no right.

export interface Principal {
  /** `local` (the CLI), `terminal`, `slack`, ... */
  platform: string;
  /** Slack team id, host name of the CLI, ... */
  workspace: string;
  userId: string;
  /** For people to read. Never compared. */
  displayName: string;
}

/** `local:host:1000`: the only form in which principals are compared and stored. */
export function principalKey(principal: Principal): string {
  return [principal.platform, principal.workspace, principal.userId].map(encodeURIComponent).join(':');
}

/** The display name is not in a key, so it stands in as the user id. */
export function parsePrincipalKey(key: string): Principal {
  const [platform = '', workspace = '', userId = ''] = key.split(':').map(decoded);
  return { platform, workspace, userId, displayName: userId };
}

/** A key that is none names nobody; it is no error. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What openclaw itself is called in a timeline. */
export const OPENCLAW: Principal = {
  platform: 'openclaw',
  workspace: 'self',
  userId: 'openclaw',
  displayName: 'openclaw',
};

export function mention(principal: Principal): string {
  return principal.platform === 'openclaw' ? principal.displayName : `@${principal.displayName}`;
}
