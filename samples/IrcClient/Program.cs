// Joins a channel and says again what is said to it, until Ctrl-C. It comes back when the connection is lost.
//
//   dotnet run --project samples/IrcClient -- tls:irc.libera.chat:6697 some-nickname '#some-channel'
using System.Runtime.InteropServices;
using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Endpoints;

if (args.Length != 3)
{
    Console.Error.WriteLine("IrcClient ENDPOINT NICKNAME CHANNEL");
    return 2;
}

var options = new IrcStayingOptions { Nick = args[1], IsBot = true, Channels = new Dictionary<string, string?> { [args[2]] = null } };
await using IrcStayingClient irc = IrcStayingClient.Start(EndpointSpec.Parse(args[0]), options);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

await foreach (IrcClientEvent told in irc.Events)
{
    switch (told)
    {
        case IrcReturnedEvent returned:
            Console.WriteLine($"here as {returned.Nick}");
            break;
        case IrcTextEvent { IsOwn: false, Kind: IrcTextKind.Message } text when text.Text.StartsWith($"{irc.Current?.Nick}: ", StringComparison.Ordinal):
            await AnswerAsync(text);
            break;
    }
}

return 0;

async Task AnswerAsync(IrcTextEvent text)
{
    try
    {
        string said = text.Text[(text.Text.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        IrcClient client = await irc.GetClientAsync();
        await client.SendMessageAsync(text.ReplyTarget, $"{text.Source.Name}: {said}", replyTo: text.MessageId);
    }
    catch (IrcRequestException refused)
    {
        Console.Error.WriteLine(refused.Message);
    }
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    _ = irc.StopAsync("goodbye");
}
