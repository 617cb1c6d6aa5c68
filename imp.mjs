const t=performance.now(); await import(process.argv[2]); console.log(process.argv[2], Math.round(performance.now()-t), "ms", Math.round(process.cpuUsage().user/1000), "ms user cpu"); process.exit();
