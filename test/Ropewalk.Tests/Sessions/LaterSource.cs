using System.Threading.Tasks.Sources;
using Ropewalk.Sessions;

namespace Ropewalk.Tests.Sessions;

/// <summary>Answers each line from another turn of the thread pool, without allocating.</summary>
internal sealed class LaterSource : IValueTaskSource, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private LineEvent _line;
    private SessionTurn<LineSession>? _turn;

    public ValueTask EchoAsync(LineEvent line, SessionTurn<LineSession> turn)
    {
        _core.Reset();
        (_line, _turn) = (line, turn);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return new ValueTask(this, _core.Version);
    }

    public void Execute()
    {
        _turn!.Session.Say(_line.Line, _turn.Output);
        _core.SetResult(true);
    }

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
