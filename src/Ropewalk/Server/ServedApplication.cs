using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports;

namespace Ropewalk.Server;

/// <summary>An application that a <see cref="Listening"/> gives, or gave, its connections to. Its counts are the owner's, under the owner's lock.</summary>
internal sealed class ServedApplication(ConnectionDelegate delegates)
{
    private readonly Completion _drained = new();
    private int _live;
    private bool _retired;

    /// <summary>The application behind the endpoint's front.</summary>
    public ConnectionDelegate Delegate => delegates;

    /// <summary>Completes when it gets no new connections and the last of its own has ended.</summary>
    public Task Drained => _drained.Task;

    public void OnAccepted() => _live++;

    public void OnEnded()
    {
        if (--_live == 0 && _retired)
        {
            _drained.TrySet();
        }
    }

    public void Retire()
    {
        _retired = true;
        if (_live == 0)
        {
            _drained.TrySet();
        }
    }
}
