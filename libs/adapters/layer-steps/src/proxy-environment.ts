/** Variables that name proxies; package managers and programs with network in scripts read them. */
export const proxyEnvironment = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy'].flatMap((name) => {
      const value = env[name] ?? env[name.toUpperCase()];
      return value ? [[name, value]] : [];
    }),
  );
