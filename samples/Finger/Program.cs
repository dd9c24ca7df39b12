using System.Runtime.InteropServices;
using Finger;
using Finger.Client;
using Finger.Server;
using Finger.Session;
using Finger.Wire;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Server;

const string Usage = """
    finger-sample serve [--listen ENDPOINT]… [--user 'NAME=FULL NAME']… [--forward] [--no-list]
    finger-sample query USER@HOST [--long] [--port PORT] [--international]
    finger-sample query USER --at ENDPOINT [--long]

      serve   answers finger queries; default tcp:127.0.0.1:7979
      query   asks a server; default port 79

    Try:  finger-sample serve --listen tcp:127.0.0.1:7979
          finger-sample query alice@127.0.0.1 --port 7979
    """;

try
{
    return args switch
    {
        ["serve", ..] => await ServeAsync(new CommandLine(args[1..])),
        ["query", _, ..] => await QueryAsync(args[1], new CommandLine(args[2..])),
        _ => Fail(Usage, 2),
    };
}
catch (FormatException mistake)
{
    return Fail(mistake.Message, 2);
}
catch (IOException failure)
{
    return Fail(failure.Message, 1);
}

static async Task<int> ServeAsync(CommandLine line)
{
    string[] listen = line.TakeAll("--listen");
    string[] users = line.TakeAll("--user");
    bool forwards = line.TakeFlag("--forward"), lists = !line.TakeFlag("--no-list");
    line.CheckEmpty();

    var options = new FingerServerOptions
    {
        Limits = new FingerServerLimits { AllowsForwarding = forwards, AllowsList = lists },
        Forwarder = forwards ? new ForwardingClient(new FingerClient(), port: 79) : null,
        Audit = (address, told) => Console.WriteLine($"{address} {told}"),
    };
    var handler = new FingerServerHandler(new FixedFingerDirectory(users.Length > 0 ? users.Select(ParseUser) : Samples()), options);
    await using var server = new ConnectionServer();
    foreach (string endpoint in listen.Length > 0 ? listen : ["tcp:127.0.0.1:7979"])
    {
        Listening listening = await server.ListenAsync(EndpointSpec.Parse(endpoint), handler.OnConnectedAsync);
        Console.WriteLine($"finger listens on {listening.EndPoint}");
    }

    var stopped = new TaskCompletionSource();
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    await stopped.Task;
    await server.StopAsync();
    return 0;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stopped.TrySetResult();
    }
}

static async Task<int> QueryAsync(string target, CommandLine line)
{
    string? at = line.TakeAll("--at") is [.., var last] ? last : null;
    bool isLong = line.TakeFlag("--long");
    int port = line.TakeAll("--port") is [.., var number] ? int.TryParse(number, out int parsed) ? parsed : throw new FormatException($"'{number}' is no port.") : 79;
    var client = new FingerClient(new ConnectionClient(), new FingerClientOptions { Port = port, AllowsInternational = line.TakeFlag("--international") });
    line.CheckEmpty();
    Console.Write(at is null ? await client.QueryAsync(target, isLong) : await client.QueryAsync(EndpointSpec.Parse(at), FingerQuery.Parse(target, isLong)));
    return 0;
}

static FingerUser ParseUser(string text) =>
    text.Split('=', 2) is [{ Length: > 0 } name, var fullName] ? new FingerUser(name, fullName) : throw new FormatException($"'{text}' is no NAME=FULL NAME.");

static FingerUser[] Samples() =>
[
    new("alice", "Alice Liddell", "Down the rabbit hole, and back for tea."),
    new("carroll", "Lewis Carroll", "Curiouser and curiouser."),
];

static int Fail(string message, int exitCode)
{
    Console.Error.WriteLine(message);
    return exitCode;
}
