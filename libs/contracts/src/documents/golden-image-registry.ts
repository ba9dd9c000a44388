import { z } from 'zod';
import { ImageName, Timestamp } from './field-formats.js';
import { GoldenImageBuildJob } from './golden-image-build-job.js';
import { GoldenImageCache } from './golden-image-cache.js';
import { GoldenImageConfig } from './golden-image-config.js';
import { GoldenImageVersion } from './golden-image-version.js';
import { ImageBuildPolicy } from './image-build-policy.js';

const total = z.int().min(0).default(0);

/** Everything a registry knows at one moment. */
export const GoldenImageRegistry = z
  .object({
    registry_id: z.string().min(1).describe('Identity of the registry.'),
    location: z.string().min(1).describe('Where the registry answers or lies.'),
    created_at: Timestamp.describe('When the registry was made.'),
    images: z.record(ImageName, GoldenImageConfig).prefault({}).describe('Latest definition per image.'),
    versions: z.array(GoldenImageVersion).default([]).describe('All versions.'),
    builds: z.array(GoldenImageBuildJob).prefault([]).describe('All builds.'),
    cache: z.array(GoldenImageCache).default([]).describe('Cached copies on all hosts.'),
    policy: ImageBuildPolicy.describe('Policy in force.'),
    policy_version: z.int().min(0).default(0).describe('How often the policy was changed.'),
    total_images: total.describe('Number of images.'),
    total_versions: total.describe('Number of versions.'),
    total_cached_gb: z.number().min(0).default(0).describe('Disk space of all cached copies in GiB.'),
    total_builds: total.describe('Number of builds.'),
  })
  .meta({ title: 'GoldenImageRegistry', description: 'Everything a registry knows at one moment.' });
export type GoldenImageRegistry = z.output<typeof GoldenImageRegistry>;
