declare module '*.css?url' {
  const address: string;
  // biome-ignore lint/style/noDefaultExport: so Vite gives the addresses of files
  export default address;
}
