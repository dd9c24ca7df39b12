using System.Text;
using Ropewalk.Sessions;

namespace Ropewalk.Testing;

/// <summary>Joins a client's and a server's session in memory: no task, no socket, no clock. The same calls give the same conversation.</summary>
/// <typeparam name="TClient">The client's session.</typeparam>
/// <typeparam name="TClientEvent">What it tells.</typeparam>
/// <typeparam name="TServer">The server's session.</typeparam>
/// <typeparam name="TServerEvent">What it tells.</typeparam>
public sealed class SessionPair<TClient, TClientEvent, TServer, TServerEvent>
    where TClient : class, ISession<TClientEvent>
    where TServer : class, ISession<TServerEvent>
{
    private const int MaxDeliveries = 10_000_000;

    private readonly StringBuilder _conversation = new();
    private readonly Delivery _delivery;
    private bool _clientToldOfEnd;
    private bool _serverToldOfEnd;

    /// <summary>Joins the two and begins the conversation, the server first.</summary>
    public SessionPair(DrivenSession<TClient, TClientEvent> client, DrivenSession<TServer, TServerEvent> server, Delivery delivery = Delivery.Whole)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(server);
        Client = client;
        Server = server;
        _delivery = delivery;
        client.OneByteSegments = server.OneByteSegments = delivery == Delivery.PerByte;
        Server.Begin();
        Client.Begin();
        Run();
    }

    /// <summary>Gets the client's side.</summary>
    public DrivenSession<TClient, TClientEvent> Client { get; }

    /// <summary>Gets the server's side.</summary>
    public DrivenSession<TServer, TServerEvent> Server { get; }

    /// <summary>Gets what was said so far, <c>C: </c> or <c>S: </c> before each delivered line, one char per byte.</summary>
    public string Conversation => _conversation.ToString();

    /// <summary>Delivers what each side has said until both are quiet.</summary>
    public void Run()
    {
        for (int i = 0; i < MaxDeliveries; i++)
        {
            bool moved = Deliver(Client, Server, 'C', ref _serverToldOfEnd) | Deliver(Server, Client, 'S', ref _clientToldOfEnd);
            if (!moved && !UpgradeBoth())
            {
                return;
            }
        }

        throw new InvalidOperationException("The two sessions talk for ever.");
    }

    /// <summary>Lets time pass for both, and tells each of its deadlines in their order.</summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan target = Client.Now + by;
        while (true)
        {
            TimeSpan? c = Client.NextDueUntil(target), s = Server.NextDueUntil(target);
            if (c is null && s is null)
            {
                break;
            }

            SessionSide first = s is null || (c is { } cd && cd < s) ? Client : Server;
            TimeSpan due = (first == Client ? c : s)!.Value;
            SetNow(due);
            first.PassDeadline(due);
            Run();
        }

        SetNow(target);
    }

    private void SetNow(TimeSpan now)
    {
        if (now > Client.Now)
        {
            Client.SetNow(now);
            Server.SetNow(now);
        }
    }

    private bool UpgradeBoth()
    {
        if (Client.Status.Kind != SessionStatusKind.Upgrade || Server.Status.Kind != SessionStatusKind.Upgrade)
        {
            return false;
        }

        _conversation.Append("-- upgraded\n");
        Server.CompleteUpgrade();
        Client.CompleteUpgrade();
        return true;
    }

    private bool Deliver(SessionSide from, SessionSide to, char mark, ref bool toldOfEnd)
    {
        byte[] said = from.TakeOutput();
        foreach (ReadOnlyMemory<byte> piece in Pieces.Of(said, _delivery))
        {
            to.Receive(piece.Span);
        }

        if (said.Length > 0)
        {
            foreach (string line in Encoding.Latin1.GetString(said).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                _conversation.Append(mark).Append(": ").Append(line.TrimEnd('\r')).Append('\n');
            }
        }

        if (from.OutputEnded && !toldOfEnd)
        {
            toldOfEnd = true;
            to.ReceiveEnd();
            return true;
        }

        return said.Length > 0;
    }
}
