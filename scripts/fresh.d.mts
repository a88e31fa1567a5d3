export declare const SOURCES: readonly string[];
export declare const BUILT_FEATURES: string;
export declare const RECORD: string;
export declare function digestSources(root: string): string;
export declare function isBuildFresh(root: string): boolean;
export declare function isInstallFresh(root: string): boolean;
