export * from './handled-projections.ts';
export * from './owned-documents.ts';
export * from './switch-projection.ts';
