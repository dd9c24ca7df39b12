namespace Ropewalk.Dns.Tests.Server.Statistics;

/// <summary>Keeps what is posted until it is run: so a port in memory gets as many datagrams in a batch as were sent.</summary>
internal sealed class TurnContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Call, object? State)> _posted = new();

    public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

    public void Run()
    {
        while (_posted.TryDequeue(out (SendOrPostCallback Call, object? State) next))
        {
            next.Call(next.State);
        }
    }
}
