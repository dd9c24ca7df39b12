using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Simulated.Tests;

/// <summary>The same, for peers that say something every two minutes.</summary>
public sealed class PatientEchoHandler(TimeProvider time) : ConnectionHandler
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        bool isOver = false;
        while (!isOver)
        {
            using var patience = new CancellationTokenSource(Patience, time);
            ReadResult read = await connection.Transport.Input.ReadAsync(patience.Token).ConfigureAwait(false);
            connection.Transport.Output.Write(read.Buffer.ToArray());
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            await connection.Transport.Output.FlushAsync(patience.Token).ConfigureAwait(false);
            isOver = read.IsCompleted;
        }
    }
}
