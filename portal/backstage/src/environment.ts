/** What Copier and the template's tasks learn of the portal's environment. */

// Enough to find programs, temporary space, certificates, proxies and package indexes, and to fetch from git.
// A prefix would be wrong for git: GIT_TOKEN and the like are names that portals use.
const PASSED_ON = [
  /^(PATH|HOME|USER|LOGNAME|TZ|LANG|LANGUAGE|LC_\w+)$/,
  /^XDG_(CACHE|CONFIG|DATA|STATE)_HOME$/,
  /^(HTTP|HTTPS|FTP|ALL|NO)_PROXY$/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/,
  /^GIT_(ALLOW_PROTOCOL|ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|EXEC_PATH)$/,
  /^GIT_(CONFIG|HTTP|SSL|PROXY_SSL)_\w+$/,
  /^(SSH_AUTH_SOCK|SSH_ASKPASS)$/,
  /^(UV|UV_(?!PUBLISH_)\w+|PIP_\w+)$/,
  /^(COPIER_SETTINGS_PATH|COPIER_CACHE_DIR|ASYNCIO_TEMPLATE_STEP_SECONDS)$/,
];

/** Returns the part of an environment that a template may see: names that are known, never the rest. */
export function passedOn(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => PASSED_ON.some(known => known.test(name))),
  );
}
