using System.Runtime.InteropServices;

namespace Ropewalk.Cli.Terminal;

/// <summary>Listens to the process's signals. SIGINT and SIGTERM stop in good order, a second one at once, a third by force; SIGHUP reloads.</summary>
internal sealed class ProcessSignals : ISignals, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <inheritdoc/>
    public void Listen()
    {
        Register(PosixSignal.SIGINT, OnStop);
        Register(PosixSignal.SIGTERM, OnStop);
        Register(PosixSignal.SIGHUP, () => Reload?.Invoke());
    }

    /// <inheritdoc/>
    public event Action? Reload;

    /// <inheritdoc/>
    public CancellationToken Stop => _stop.Token;

    /// <inheritdoc/>
    public CancellationToken Abort => _abort.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _stop.Dispose();
        _abort.Dispose();
    }

    private void Register(PosixSignal signal, Action then)
    {
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            // without this the runtime ends the process: right for the third, as what should have ended it hangs
            context.Cancel = !_abort.IsCancellationRequested;
            then();
        }));
    }

    private void OnStop()
    {
        (_stop.IsCancellationRequested ? _abort : _stop).Cancel();
    }
}
