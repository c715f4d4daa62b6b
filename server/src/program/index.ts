export { readConfig, type Config, type ConfigFlags } from './config.ts';
export {
  dataFolders,
  findRunning,
  lockDataFolder,
  prepareDataFolder,
  type RunningProgram,
} from './data-folder.ts';
export { executorsOf } from './executors.ts';
export { handlersOf } from './handlers.ts';
export { openConfiguredVault } from './open-vault.ts';
export { joinStore, startStore, type Store } from './open-store.ts';
export { signInLink, startProgram, type Program } from './program.ts';
export { version } from './version.ts';
