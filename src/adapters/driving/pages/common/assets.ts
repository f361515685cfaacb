import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { RequestError } from '../../http/errors/request-error.ts';
import { Assets } from '../../http/request/assets.ts';
import { assetPath } from './asset-path.ts';

/** Path of each asset. */
export type AssetPaths = Readonly<{ styles: string; script: string; icon: string; logo: string | undefined }>;

const IMMUTABLE = 'public, max-age=31536000, immutable';

/** The files of the pages, read once. */
export class PageAssets {
  readonly paths: AssetPaths;
  readonly #contents = new Map<string, Buffer>();
  readonly #assets = new Assets();

  /** @param logo a PNG file of the operator */
  constructor(logo: Buffer | undefined) {
    this.paths = {
      styles: this.#add('pages.css', fileOf('pages.css')),
      script: this.#add('pages.js', fileOf('pages.js')),
      icon: this.#add('icon.svg', fileOf('icon.svg')),
      logo: logo && this.#add('logo.png', logo),
    };
  }

  addTo(app: FastifyInstance): void {
    app.get('/assets/:name', { config: { cors: false }, schema: { hide: true } }, (request, reply) => {
      const { name } = request.params as { name: string };
      const content = this.#contents.get(name);
      if (content === undefined) throw new RequestError('request.not-found', 'There is nothing at this path.');
      return this.#assets.send(request, reply, { name, load: async () => content, cacheControl: IMMUTABLE });
    });
  }

  #add(name: string, content: Buffer): string {
    const path = assetPath(name, content);
    this.#contents.set(basename(path), content);
    return path;
  }
}

const fileOf = (name: string): Buffer => readFileSync(new URL(`../assets/${name}`, import.meta.url));
