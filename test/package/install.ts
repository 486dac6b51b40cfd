export default function(){console.log("GLOBAL SETUP")}
