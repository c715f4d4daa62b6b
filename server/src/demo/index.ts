export { demoPicture, encodePicture, variantOf, type DemoPictureKind, type DemoPixels } from './pictures.ts';
export { removeDemo } from './remove.ts';
export { writeSampleFiles } from './sample-files.ts';
export { demoState, type DemoState } from './state.ts';
export { createDemo, type DemoDeps } from './workspace.ts';
