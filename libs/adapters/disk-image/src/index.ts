export { diskAssembler } from './disk-assembler.js';
export { guestRecipe, removePerMachine, type GuestRecipe } from './guest/guest-recipe.js';
