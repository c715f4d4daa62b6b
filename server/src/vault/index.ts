export { folderObjectStore, type ObjectStore } from './object-store.ts';
export { openVault, type SealedObject, type Vault } from './vault.ts';
