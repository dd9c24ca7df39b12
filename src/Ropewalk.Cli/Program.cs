using Ropewalk.Cli.Commands;
using Ropewalk.Cli.Terminal;

using var signals = new ProcessSignals();
return await RopewalkCommand.RunAsync(args, CommandSurroundings.OfProcess(signals));
