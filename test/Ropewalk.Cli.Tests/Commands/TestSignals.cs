using Ropewalk.Cli.Terminal;

namespace Ropewalk.Cli.Tests.Commands;

/// <summary>Plays the outside world of a command.</summary>
internal sealed class TestSignals : ISignals, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();

    /// <inheritdoc/>
    public event Action? Reload;

    /// <inheritdoc/>
    public CancellationToken Stop => _stop.Token;

    /// <inheritdoc/>
    public CancellationToken Abort => _abort.Token;

    /// <inheritdoc/>
    public void Listen() => Listening?.Invoke();

    /// <summary>Is raised when the command takes the signals over.</summary>
    public event Action? Listening;

    /// <summary>Presses Ctrl-C once.</summary>
    public void Interrupt() => (_stop.IsCancellationRequested ? _abort : _stop).Cancel();

    /// <summary>Sends SIGHUP.</summary>
    public void HangUp() => Reload?.Invoke();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _abort.Dispose();
    }
}
