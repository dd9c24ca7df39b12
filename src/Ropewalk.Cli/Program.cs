using Ropewalk.Cli.Commands;
using Ropewalk.Cli.Terminal;

StandardStreams.StartAgainIfClosed();
using var signals = new ProcessSignals();
try
{
    return await RopewalkCommand.RunAsync(args, CommandSurroundings.OfProcess(signals));
}
catch (CommandException e)
{
    CommandConsole.OpenSystem(new Dictionary<string, string>()).Complain(e.Message);
    return e.Code;
}
