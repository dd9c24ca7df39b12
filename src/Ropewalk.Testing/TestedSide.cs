using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Testing;

/// <summary>Runs the tested side of a transcript, and remembers what it threw before its peer can see that it has left.</summary>
internal sealed class TestedSide(ConnectionDelegate app, ConnectionContext connection)
{
    private volatile Exception? _failure;

    public Exception? Failure => _failure;

    public async Task RunAsync()
    {
        await using (connection)
        {
            try
            {
                await app(connection);
            }
            catch (Exception failure)
            {
                _failure = failure;
                throw;
            }
        }
    }
}
