using Ropewalk.Transports;

namespace Ropewalk.Server;

/// <summary>What a swap has left behind: the connections of an application that gets no new ones.</summary>
public sealed class FormerApplication
{
    private readonly Listening _owner;
    private readonly ServedApplication _served;

    internal FormerApplication(Listening owner, ServedApplication served)
    {
        _owner = owner;
        _served = served;
    }

    /// <summary>Gets a task that completes when the last of its connections has ended.</summary>
    public Task Drained => _served.Drained;

    /// <summary>Lists its live connections, oldest first.</summary>
    public IReadOnlyList<LiveConnection> ListConnections() => _owner.ListConnections(_served);

    /// <summary>Asks each of its connections to say goodbye in its protocol's own words.</summary>
    public void RequestClose()
    {
        foreach (LiveConnection connection in ListConnections())
        {
            connection.RequestClose();
        }
    }

    /// <summary>Aborts what is left of its connections.</summary>
    public void Abort(ConnectionEnd end)
    {
        foreach (LiveConnection connection in ListConnections())
        {
            connection.Abort(end);
        }
    }
}
