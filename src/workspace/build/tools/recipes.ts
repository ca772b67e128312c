/** All build tools. */
import type { ToolBuild } from '../../../protocol/workspace.ts';
import type { Recipe } from './recipe.ts';
import { bundlerRecipe } from './recipes/bundler.ts';
import { cargoRecipe } from './recipes/cargo.ts';
import { dotnetRecipe } from './recipes/dotnet.ts';
import { goRecipe } from './recipes/go.ts';
import { gradleRecipe } from './recipes/gradle.ts';
import { makeRecipe } from './recipes/make.ts';
import { mavenRecipe } from './recipes/maven.ts';
import { npmRecipe } from './recipes/npm.ts';
import { pipRecipe, uvRecipe } from './recipes/python.ts';

type Recipes = { readonly [Tool in ToolBuild['tool']]: Recipe<Extract<ToolBuild, { tool: Tool }>> };

const recipes: Recipes = {
  make: makeRecipe,
  go: goRecipe,
  cargo: cargoRecipe,
  maven: mavenRecipe,
  gradle: gradleRecipe,
  bundler: bundlerRecipe,
  dotnet: dotnetRecipe,
  npm: npmRecipe,
  pip: pipRecipe,
  uv: uvRecipe,
};

/** The recipe that takes this build. */
export function recipeOf(build: ToolBuild): Recipe<ToolBuild> {
  return recipes[build.tool];
}
