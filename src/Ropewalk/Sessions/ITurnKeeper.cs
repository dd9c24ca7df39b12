using System.IO.Pipelines;

namespace Ropewalk.Sessions;

/// <summary>Is the driver as its turn sees it.</summary>
internal interface ITurnKeeper
{
    /// <summary>Gets the output of the present transport.</summary>
    PipeWriter Output { get; }

    /// <summary>Gets the time since the conversation began; it is looked up anew at each call.</summary>
    TimeSpan Now { get; }

    /// <summary>Sends what was written.</summary>
    ValueTask FlushAsync();
}
