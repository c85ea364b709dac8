// A copy of TensorFlow.js that a program brought before ours would warn of each kernel that is there twice.
globalThis._tfengine?.ENV.set('PROD', true);
