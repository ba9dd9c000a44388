export { diskAssembler } from './disk-assembler.js';
export { guestRecipe, type GuestRecipe } from './guest/guest-recipe.js';
