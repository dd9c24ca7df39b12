using System.IO.Pipelines;

namespace Ropewalk.Testing.Served;

/// <summary>Is a connection's pipes with a <see cref="CommandTap"/> between.</summary>
internal sealed class TappedTransport(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => output;
}
